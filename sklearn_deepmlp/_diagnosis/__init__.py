"""Why a network does not learn: verdicts on what its training recorded."""
