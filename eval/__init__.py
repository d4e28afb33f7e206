"""What evaluators run: data sets, the tasks' predictions and scores, metrics, reports, load."""
