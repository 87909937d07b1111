"""The demo: invented people in a throw-away store. Nothing in here is loaded by any other command."""
