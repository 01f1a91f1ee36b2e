"""REST, one blueprint a resource. Views read and answer; they decide nothing."""
