"""Who follows and who blocks whom, as clients see and change it."""
