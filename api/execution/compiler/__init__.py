"""The document compiler: one GraphQL document becomes one Python program."""
