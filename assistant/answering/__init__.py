"""Enquiry to answer: retrieve, compose (extractive or generative), cite, confidence."""
