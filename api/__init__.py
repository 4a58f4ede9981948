"""GraphQL and nothing else: what clients see, one folder per slice, over the services below."""

import api.enums  # noqa: F401 - describes the enums before any module of ours uses them
