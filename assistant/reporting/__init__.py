"""The report dialogue: category, place, time, urgency and evidence, until an incident is filed."""
