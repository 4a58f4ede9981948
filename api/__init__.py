"""GraphQL and nothing else: what clients see, one folder per slice, over the services below."""
