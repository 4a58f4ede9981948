"""Activities as clients report and see them."""
