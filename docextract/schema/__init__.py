"""What a template says: strict YAML, its models, and where templates are found."""
