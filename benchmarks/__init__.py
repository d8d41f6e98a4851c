"""How fast and how lean f1tools is, side by side with what people use today."""
