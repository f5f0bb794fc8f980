// Presses the button of the page on which single sign-on comes back. Without script a person presses it.
"use strict";
document.getElementById("sso-finish")?.requestSubmit();
