package otherworld.benchmarks;

import otherworld.replication.ViewerLink;

/** Takes what a viewer is told, and forgets it. */
final class DiscardingLink implements ViewerLink {
    @Override
    public boolean isReliable() {
        return true;
    }

    @Override
    public boolean isBehind() {
        return false;
    }

    @Override
    public void send(byte[] message) {}

    @Override
    public void sendUnreliable(byte[] message) {}
}
