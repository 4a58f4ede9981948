"""What is asked for about check-ins: to check in, to see a month, to put a day right."""
