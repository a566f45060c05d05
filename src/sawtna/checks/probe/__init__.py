"""The near end of a test: sends what the plan says, writes down what came back, stops in time. No Django, no root."""
