"""One table of faults: each is injected for real, and what must hold afterwards is checked.

The files of `faults/` inject them, one process per file, and one function per fault.
"""

import json
import os
import sys
from pathlib import Path

import pytest
from programs import printed_by

FOLDER = Path(__file__).with_name("faults")
STAYS = "it comes out; the old model stays; the next fit has the bits that it has without a fault"

# File of `faults/` → fault → what must hold.
FAULTS = {
    "interrupts": {
        "ctrl_c_in_fit": STAYS,
        "ctrl_c_in_lbfgs": "KeyboardInterrupt comes out; the old model stays",
        "ctrl_c_in_partial_fit": "the model is the one of the last call that has returned",
        "ctrl_c_in_a_search_together": "no thread is left; the next search works",
        "ctrl_c_in_a_large_prediction": "no thread is left; the next prediction has the same bits",
        "ctrl_c_at_random_moments": "the model is the old or the new one, twenty times",
        "ctrl_c_while_another_thread_fits": "it is the main thread's; the fit ends as usual",
    },
    "raising_parts": {
        "error_in_an_activation": STAYS,
        "error_in_a_backward_pass": STAYS,
        "error_in_an_initializer": STAYS,
        "error_in_a_score": STAYS,
        "error_in_a_callback": STAYS,
        "error_in_sample_weights": STAYS,
        "error_in_features_and_targets": "it comes out with a note that names the argument",
        "no_memory_in_a_backward_pass": STAYS,
        "error_in_one_candidate_of_a_search_together": "the other candidates have their scores",
        "warnings_that_are_errors": "the warning comes out; the old model stays",
    },
    "odd_data": {
        "a_learning_rate_far_too_high": "the error names the rate; the old model stays",
        "features_that_are_not_scaled": "the error names the remedy; the old model stays",
        "nan_after_a_good_fit": "the error names it; the old model stays",
        "read_only_arrays": "same bits",
        "arrays_that_another_thread_changes": "a finite model, or an error and the old model",
        "mapped_files_that_change": "a finite model, or an error and the old model",
        "an_argument_is_never_written_to": "data are as before",
    },
    "concurrent_use": {
        "predictions_during_refits": "each is wholly the old or a new model's",
        "another_shape_during_predictions": "each is wholly one model's",
        "parameters_that_change_during_a_fit": "the fit has the old ones, the next the new ones",
        "two_fits_of_one_estimator": "the model is wholly that of one of them",
        "sixteen_threads_predict_while_four_fit": "all bits are those of single threads",
        "a_network_that_is_deleted": "its weights are freed at once",
        "a_thousand_layers_and_a_low_recursion_limit": "it fits and predicts",
        "recursion_without_end": "RecursionError comes out; the old model stays",
    },
    "side_effects": {
        "import_of_the_package": "nothing is printed, no setting of the process changes",
        "nothing_is_printed_and_no_setting_changes": "whether fits end well, fail or are stopped",
        "verbose_prints_to_standard_output_only": "and to where it is redirected",
    },
    "growth": {
        "growth_by_fits": "less than 30 MiB in 60 calls",
        "growth_by_predictions": "less than 30 MiB in 60 calls",
        "growth_by_partial_fits": "less than 30 MiB in 60 calls",
        "growth_by_searches_together": "less than 30 MiB in 60 calls",
        "growth_by_fits_that_fail": "less than 30 MiB in 60 calls",
        "growth_of_open_files_and_threads": "none",
    },
    "forks": {
        "a_fork_after_fits_with_several_threads": "the child fits and predicts the same bits",
        "a_fork_while_another_thread_fits": "the child fits and predicts the same bits",
        "children_of_any_start_method": "they fit and predict the same bits",
        "a_network_that_is_sent_to_a_child_and_back": "same bits",
    },
    "ended_processes": {
        "sigterm_during_a_fit": "it ends at once, without a message, child or file",
        "end_of_a_program_while_a_thread_fits": "exit code 0, without a message",
        "fit_while_the_interpreter_ends": "exit code 0, without a message",
        "killed_worker_of_joblib": "joblib's error comes out; the next search works",
        "killed_worker_of_a_backend_of_fit_together": "the same",
    },
    "short_memory": {
        "no_room_in_a_backward_pass": "MemoryError with the remedy; memory is given back",
        "no_room_for_the_weights": "MemoryError with the remedy",
        "no_room_for_a_copy_of_the_data": "MemoryError",
        "no_room_for_a_prediction": "an error or an answer; the next prediction has the same bits",
        "no_room_for_another_thread": "one thread predicts the same bits",
    },
    "full_disk": {
        "no_folder_for_arrays": "this process trains all of them",
        "a_full_disk_for_arrays": "this process trains all of them, no file is left",
        "a_full_disk_for_a_pickle": "pickle's error comes out; the model stays",
        "too_many_open_files": "this process trains all of them",
        "no_further_processes": "this process trains all of them",
        "a_closed_pipe_as_standard_output": STAYS,
        "no_standard_output": "it fits",
    },
}
# Where the faults of a file cannot be injected.
NOT_HERE = {
    "interrupts": (os.name == "nt", "has no SIGINT for one process"),
    "ended_processes": (os.name == "nt", "has no SIGTERM and SIGKILL"),
    "short_memory": (sys.platform != "linux", "bounds the address space as Linux does"),
    "full_disk": (sys.platform != "linux", "has /dev/full and /proc"),
}
PROGRAM = "import sys; from injected import inject; inject(*sys.argv[1:])"
SECONDS = 280


@pytest.mark.parametrize("name", FAULTS)
def test_what_must_hold_holds(name):
    is_impossible, reason = NOT_HERE.get(name, (False, ""))
    if is_impossible:
        pytest.skip(reason)
    printed = printed_by(PROGRAM, name, *FAULTS[name], cwd=FOLDER, seconds=SECONDS)
    outcomes = json.loads(printed.splitlines()[-1])
    broken = {fault: outcome for fault, outcome in outcomes.items() if "Traceback" in outcome}
    assert not broken, "\n\n".join(f"{fault}\n{text}" for fault, text in broken.items())
    assert list(outcomes) == list(FAULTS[name])
