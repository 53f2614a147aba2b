"""What programs read: pure builders of documents. Routes that hand them out stand beside ``app``."""
