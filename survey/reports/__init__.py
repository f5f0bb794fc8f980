"""Ready objects for screens and files: dashboards, quarterly reports, charts, tables."""
