#!/bin/sh
# merge - the job after the array of a sweep: many databases become one.
#
# usage: sbatch --dependency=afterany:ARRAY merge.sh FOLDER
#
# Ends with 0 or 1 as the sweep itself would have, and with 3 where runs are
# missing; then it says which, and how to go on.
#
# SPDX-License-Identifier: BSD-2-Clause
set -u

folder=$1
. "$folder/settings.sh"
cd "$here" || echo "there is no folder $here here; going on without it" >&2
sweep --db "$database" --backend slurm --collect --progress never
