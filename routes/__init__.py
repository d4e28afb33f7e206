"""HTTP only: one file per audience. A route validates, makes one call, returns."""
