"""The platform over HTTP: who one is, what one may do, sending a zip, following it, and what comes back."""
