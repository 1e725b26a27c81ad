package otherworld.operator.demand;

import java.util.Map;
import otherworld.fleet.v1.Cordon;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.World;

/**
 * What the ledger is told of one World.
 *
 * @param hosts by pod uid
 * @param cordons by ordinal
 */
public record FleetPart(World world, Map<String, Host> hosts, Map<Integer, Cordon> cordons) {}
