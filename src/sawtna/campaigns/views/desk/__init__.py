"""The desk: where organisers write campaigns. Private pages, one file a place; every change is a POST and one action."""
