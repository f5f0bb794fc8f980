"""Reading whole atoms, and honest arithmetic about them."""
