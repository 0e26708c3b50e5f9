"""Cloud code in JavaScript: an unchanged main.js runs in a Node process, and is called over a local socket."""
