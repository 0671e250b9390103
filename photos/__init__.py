"""Photos as every part of the project reads them; ``contract/README.md``, "A picture", says what that means."""
