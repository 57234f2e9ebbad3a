"""What is measured on demand: nothing here is collected by a plain pytest run but the arithmetic's own tests."""
