"""Right of the wall: spent tags and sealed answers, nothing that names anybody."""
