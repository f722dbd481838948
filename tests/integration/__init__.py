"""The whole story, from settings to files, over real sockets and in processes of its own."""
