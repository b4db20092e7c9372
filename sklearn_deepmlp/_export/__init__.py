"""Fitted networks in other formats: modules of torch and ONNX graphs."""
