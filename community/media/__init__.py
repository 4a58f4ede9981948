"""Pictures that members send: by tickets, made safe, and shown in one place each."""
