UPDATE instance SET candidate = ? WHERE world = ? AND ordinal = ? AND holder <> ''
