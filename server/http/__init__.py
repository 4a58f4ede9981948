"""What stands around the API over HTTP: logs, headers, health, metrics, the query page."""
