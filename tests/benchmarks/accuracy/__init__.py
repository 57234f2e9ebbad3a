"""How often each rule finds a fault of known size, and how often it speaks where there is none."""
