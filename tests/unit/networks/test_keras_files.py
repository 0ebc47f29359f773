"""What is asked of Keras itself: with `safe_mode` no code in a file is run, whatever its kind.

It holds for `.h5` from Keras 3.11.3 on. `classroom/networks/file_check.py` refuses such files
before Keras sees them; this is the second lock on the same door.
"""

from pathlib import Path

import keras
import numpy as np
import pytest


def network_with_code(ran: Path) -> keras.Model:
    place = str(ran)
    # Of a lambda the file holds the code, of a named function only the name.
    layer = keras.layers.Lambda(
        lambda pixels: (open(place, "w").close(), pixels)[1], output_shape=(28, 28, 1)
    )
    return keras.Sequential([keras.Input((28, 28, 1)), layer])


@pytest.mark.parametrize("ending", ["keras", "h5", "hdf5"])
def test_keras_runs_no_code_out_of_a_file(tmp_path: Path, ending: str) -> None:
    file, ran = tmp_path / f"net.{ending}", tmp_path / "ran"
    network_with_code(ran).save(file)
    ran.unlink(missing_ok=True)
    with pytest.raises(Exception, match=r"safe_mode|enable_unsafe_deserialization"):
        keras.models.load_model(file, compile=False, safe_mode=True)
    assert not ran.exists()
    # The file does hold code: it is the mode that keeps it from being run.
    keras.models.load_model(file, compile=False, safe_mode=False)(np.zeros((1, 28, 28, 1)))
    assert ran.exists()
