"""The scikit-learn side: parameters and data in, a plain job out, fitted attributes back."""
