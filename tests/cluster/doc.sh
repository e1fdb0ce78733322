# Sourced by the tests of this folder: what docs/cluster.md tells people to type.
# SPDX-License-Identifier: BSD-2-Clause

# doc NAME: the commands below the line <!-- NAME --> go into doc.sh.
doc() {
	awk -v mark="<!-- $1 -->" '
	    $0 == mark { here = 1; next }
	    here && /^```/ { if (inside) exit; inside = 1; next }
	    inside { print }' "$HERE/../../docs/cluster.md" >doc.sh
	[ -s doc.sh ] || fail "docs/cluster.md has no commands named $1"
}

tiny=$HERE/../cli/tiny.yaml

# The program is found as people have it.
mkdir doc-bin
ln -s "$GUSIM" doc-bin/gusim
PATH=$PWD/doc-bin:$PATH
