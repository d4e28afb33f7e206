"""Reports in structured form: their model, states, references and filing."""
