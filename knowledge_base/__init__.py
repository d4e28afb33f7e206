"""Articles, passages, and the search over them."""
