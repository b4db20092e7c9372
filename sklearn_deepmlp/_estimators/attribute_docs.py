"""What the fitted attributes mean, in the words of the documentation."""

ATTRIBUTES = """
activation_ : Activation
    Activation function used.
activation_params_ : list of dict of str to ndarray of shape (units,)
    What the activation has learned, one dict per hidden layer; empty dicts if it learns nothing.
best_loss_ : float or None
    Lowest loss of an epoch; None if there are validation scores.
best_validation_score_ : float or None
    Best validation score; NaN if all of them are undefined, None without validation.
coefs_ : list of ndarray of shape (fan_in, fan_out)
    Weights, one array per layer, the output layer last. With "wide" skip connections, the last
    rows of the last array belong to the features.
feature_names_in_ : ndarray of shape (n_features,)
    Names of the features, if all column names of X are strings.
init_ : Initializer
    Initialization of the hidden layers, before ``init="auto"`` changes its variance in the first
    layer and in layers with residual connections.
intercepts_ : list of ndarray of shape (fan_out,)
    Biases, one array per layer, the output layer last.
loss_ : float
    Loss of the last epoch, with penalty.
loss_curve_ : list of float
    Loss of each epoch, with penalty: the mean over its batches, weighted by their rows.
n_features_in_ : int
    Number of features.
n_iter_ : int
    Number of epochs trained.
n_layers_ : int
    Number of layers, including the input and the output.
normalization_params_ : list of dict of str to ndarray of shape (units,)
    Scale and offset of the normalization, and its running statistics if it has any, one dict per
    hidden layer; empty dicts without normalization.
signals_ : Signals or None
    What passed through the layers in training, at the epochs that `record_signals` asks for; None
    if nothing is recorded.
t_ : int
    Number of rows seen in training, counting repetitions.
validation_scores_ : list of float or None
    Validation score of each epoch, of the kind that `scoring` asks for; None without validation.
"""
