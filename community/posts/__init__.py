"""Posts of the buyer show: written, reviewed, published, edited, taken down, restored."""
