export declare const NO_MYSQLD: string;
export declare function findMysqld(): string | undefined;
export declare function find(name: string, folders?: readonly string[]): string | undefined;
