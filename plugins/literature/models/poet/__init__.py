"""The poet: picks the model by form and language; its options, forms and voices."""
