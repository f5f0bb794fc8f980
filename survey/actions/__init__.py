"""The repair register: what broke, what was promised, what was done."""
