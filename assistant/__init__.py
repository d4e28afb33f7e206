"""What happens to a resident's message. Start with respond.py."""
