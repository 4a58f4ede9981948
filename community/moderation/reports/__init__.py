"""What members report, how it ended, and how far reporters are believed."""
