"""The names that pickles refer to."""

import io
import pickle


class Recorder(pickle.Unpickler):
    """Loads a pickle and remembers the modules that it refers to."""

    def __init__(self, data):
        super().__init__(io.BytesIO(data))
        self.modules = set()

    def find_class(self, module, name):
        self.modules.add(module)
        return super().find_class(module, name)


def modules_in(data):
    """Return the modules that a pickle refers to."""
    recorder = Recorder(data)
    recorder.load()
    return recorder.modules
