"""Networks that learn to make small pictures: a pyramid of flows for sketches, and adversarial pairs."""
