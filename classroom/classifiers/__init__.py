"""CNN, SVM and k-NN behind one interface: fit, predict_proba, save, load."""
