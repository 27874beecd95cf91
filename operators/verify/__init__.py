"""Would anybody notice? The seam verifier: what it looks at, what it says, and the stage that asks it."""
