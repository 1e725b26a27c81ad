-- Named before `world` by the scripts that look whether anything was lost: those that seat, report and read. The others leave
-- what does not fit for them to find.

checksLosses = true
