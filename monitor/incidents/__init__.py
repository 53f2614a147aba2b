"""Pure: what is told about outages. For now a measured outage tells its own story: it was opened, it was closed."""
