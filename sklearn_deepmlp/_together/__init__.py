"""Many fits trained as one network: what joblib runs concurrently meets before the engine."""
