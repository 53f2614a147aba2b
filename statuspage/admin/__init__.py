"""The admin: where operators work, in the browser and by an API. A second application, on a port of its own."""
